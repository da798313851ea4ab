export {generic as galaxy} from './generic.js';
