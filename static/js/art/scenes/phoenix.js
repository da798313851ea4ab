export {generic as phoenix} from './generic.js';
