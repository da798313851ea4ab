export {generic as luxury_yacht} from './generic.js';
