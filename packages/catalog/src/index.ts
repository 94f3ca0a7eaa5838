export * from './entries.js';
export { GRADES, type Grade, type Quantity, worseGrade } from './quantity.js';
