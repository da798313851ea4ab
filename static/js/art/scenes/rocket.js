export {generic as rocket} from './generic.js';
