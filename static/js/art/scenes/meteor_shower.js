export {generic as meteor_shower} from './generic.js';
