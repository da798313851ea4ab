export {generic as hot_air_balloon} from './generic.js';
