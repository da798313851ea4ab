export {generic as dragon} from './generic.js';
