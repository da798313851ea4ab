export {generic as sports_car} from './generic.js';
