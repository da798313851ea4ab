export {generic as unicorn} from './generic.js';
