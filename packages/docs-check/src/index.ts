export { drawPicture, PICTURE, REFERENCE_PAGES, withOutputs } from './generated-files.js';
export { anchors, type CodeBlock, codeBlocks, type Link, links } from './markdown.js';
export {
  checkPackageScript,
  type Ended,
  hasPandas,
  PageFolder,
  type PageRun,
  type RanBlock,
  runPage,
  type Showing,
} from './page-run.js';
export { COMMAND, pages, ROOT, readText } from './repository.js';
export { resultsReference } from './results-reference.js';
export { scenarioReference } from './scenario-reference.js';
export { excerpt, normalised, type ShownOutput, shownOutput } from './shown-output.js';
export { type PictureData, threeGridsPicture } from './three-grids-picture.js';
