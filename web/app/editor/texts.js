/** @file Every text of the editor. In braces stand values that are filled in. */

import { STRINGS } from "../../strings.js";

/** Words that the element `<wasmatte-remover>` has too. */
const { before, after, compare, compared, original, result, download, cancel, retry, steps, errors } =
  STRINGS.en;

export const TEXTS = Object.freeze({
  before,
  after,
  compare,
  compared,
  original,
  result,
  download,
  cancel,
  retry,
  steps,
  errors,

  editor: "Editor",
  stage: "The photo, to zoom and move",
  stageHelp:
    "Plus and minus zoom, 0 fits the photo in, 1 shows its own pixels, arrow keys move it.",
  zoom: "Zoom",
  zoomIn: "Zoom in",
  zoomOut: "Zoom out",
  fit: "Fit",
  actual: "100 %",
  percent: "{share} %",
  noPreview: "This browser cannot show the photo itself. The result is shown once it is made.",

  background: "Background",
  none: "None",
  colour: "Colour",
  picture: "Picture",
  blur: "Blur",
  ownColour: "Another colour",
  choosePicture: "Choose a picture",
  badPicture: "{name} cannot be read as a picture. Choose a JPEG, PNG or WebP.",
  strength: "Strength",
  colours: Object.freeze({
    "#ffffff": "White",
    "#e5e7eb": "Light grey",
    "#111827": "Black",
    "#dc2626": "Red",
    "#f59e0b": "Amber",
    "#16a34a": "Green",
    "#2563eb": "Blue",
    "#7c3aed": "Violet",
  }),

  crop: "Crop",
  whole: "Whole photo",
  subject: "To the subject",
  hand: "By hand",
  margin: "Margin",
  adjust: "Adjust the crop",
  adjusted: "Done",
  cropBox: "The part that is kept",
  cropHelp: "Drag, or use the arrow keys; with Shift they go pixel by pixel.",
  cropMove: "Move the part that is kept",
  cropped: "{width} × {height} pixels, from {x}, {y}",
  handles: Object.freeze({
    n: "Top edge",
    ne: "Top right corner",
    e: "Right edge",
    se: "Bottom right corner",
    s: "Bottom edge",
    sw: "Bottom left corner",
    w: "Left edge",
    nw: "Top left corner",
  }),
  sides: Object.freeze({ x: "Left", y: "Top", width: "Width", height: "Height" }),

  edges: "Edges",
  refine: "Refine edges",
  refineHelp: "Edges and hair follow the photo, without the old background's colour.",

  output: "File",
  format: "Format",
  formats: Object.freeze({ png: "PNG", webp: "WebP", jpeg: "JPEG" }),
  formatHelp: Object.freeze({
    png: "Without loss, with transparency.",
    webp: "Small, with transparency.",
    jpeg: "Small, without transparency: white where there is no background.",
  }),
  quality: "Quality",
  maxWidth: "Width at most",
  maxHeight: "Height at most",
  pixels: "px",

  copy: "Copy",
  copied: "Copied as a PNG.",
  undo: "Undo",
  reset: "Reset",
  copyMissing:
    "Copying is not possible here: this browser lets pages copy pictures only over HTTPS, or not at all.",
  copyRefused: "The browser has refused to copy. Allow this page to use the clipboard, or download.",

  facts: "{width} × {height} pixels · {format} · {size}",
  pending: "{width} × {height} pixels · {format}",
  waiting: "Waiting for its turn",
  working: "Making the file",
  made: "The file is ready.",
  cancelled: "Cancelled: the file does not show the latest changes.",
  failed: "The file could not be made. {reason}",
  make: "Make the file",
});
