export {generic as universe} from './generic.js';
