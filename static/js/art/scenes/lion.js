export {generic as lion} from './generic.js';
