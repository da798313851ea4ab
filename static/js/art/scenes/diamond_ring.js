export {generic as diamond_ring} from './generic.js';
