export {generic as castle} from './generic.js';
