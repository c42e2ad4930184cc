/** @file Every text that a person sees, in the languages that are built in. */

/** @import {Step} from "./messages.js" */

/**
 * The texts of the element. In braces stand values that are filled in.
 * @typedef {object} Strings
 * @property {string} label What the element is, for screen readers.
 * @property {string} drop @property {string} paste @property {string} choose
 * @property {string} camera @property {string} shoot @property {string} privacy
 * @property {string} cancel @property {string} cancelled @property {string} waiting
 * @property {string} progress What the bar shows, for screen readers.
 * @property {string} megabytes Of `{done}` and `{total}`. @property {string} percent Of `{share}`.
 * @property {string} done @property {string} facts Of `{width}`, `{height}`, `{format}`, `{seconds}`.
 * @property {string} before @property {string} after
 * @property {string} compare @property {string} compared Of `{share}`: how much of "before" is shown.
 * @property {string} original @property {string} result Alternative texts of the two pictures.
 * @property {string} download @property {string} another @property {string} retry
 * @property {string} noPhoto @property {string} noCamera
 * @property {Record<Step, string>} steps
 * @property {Record<string, string>} errors By the error's name, in place of its own English words.
 */

/** @type {Readonly<Strings>} */
const en = Object.freeze({
  label: "Remove the background of a photo",
  drop: "Drop a photo here",
  paste: "or paste one",
  choose: "Choose a photo",
  camera: "Use the camera",
  shoot: "Take the photo",
  privacy: "The photo stays on this device.",
  cancel: "Cancel",
  cancelled: "Cancelled.",
  waiting: "Waiting for its turn",
  progress: "Progress of this step",
  megabytes: "{done} of {total} MB",
  percent: "{share} %",
  done: "The background is removed",
  facts: "{width} × {height} pixels · {format} · {seconds} s",
  before: "Before",
  after: "After",
  compare: "Compare before and after",
  compared: "{share} % of the original shown",
  original: "The original photo",
  result: "The photo without its background",
  download: "Download",
  another: "Another photo",
  retry: "Try again",
  noPhoto: "There was no photo in that. Drop, paste or choose an image file.",
  noCamera: "The camera cannot be used. Allow it for this page, and check that nothing else has it.",
  steps: Object.freeze({
    runtime: "Fetching the runtime",
    model: "Fetching the model",
    session: "Compiling the session",
    decode: "Decoding the photo",
    prepare: "Preparing the photo",
    infer: "Inferring the matte",
    composite: "Compositing the cut-out",
    encode: "Encoding the result",
  }),
  errors: Object.freeze({
    EmptyPhotoError: "The file is empty. Choose another one.",
    UnsupportedPhotoError: "This kind of file cannot be read. Use a JPEG, PNG or WebP.",
    BrokenPhotoError: "The file is damaged or cut off. Choose another copy.",
    PhotoTooLargeError: "The photo is too large. Use a smaller copy.",
  }),
});

/** @type {Readonly<Strings>} */
const de = Object.freeze({
  label: "Hintergrund eines Fotos entfernen",
  drop: "Foto hier ablegen",
  paste: "oder einfügen",
  choose: "Foto auswählen",
  camera: "Kamera verwenden",
  shoot: "Foto aufnehmen",
  privacy: "Das Foto bleibt auf diesem Gerät.",
  cancel: "Abbrechen",
  cancelled: "Abgebrochen.",
  waiting: "Wartet, bis es an der Reihe ist",
  progress: "Fortschritt dieses Schritts",
  megabytes: "{done} von {total} MB",
  percent: "{share} %",
  done: "Der Hintergrund ist entfernt",
  facts: "{width} × {height} Pixel · {format} · {seconds} s",
  before: "Vorher",
  after: "Nachher",
  compare: "Vorher und nachher vergleichen",
  compared: "{share} % des Originals zu sehen",
  original: "Das ursprüngliche Foto",
  result: "Das Foto ohne Hintergrund",
  download: "Herunterladen",
  another: "Anderes Foto",
  retry: "Noch einmal",
  noPhoto: "Darin war kein Foto. Legen Sie eine Bilddatei ab, fügen Sie eine ein oder wählen Sie eine aus.",
  noCamera:
    "Die Kamera ist nicht verfügbar. Erlauben Sie sie für diese Seite, und prüfen Sie, ob etwas anderes sie benutzt.",
  steps: Object.freeze({
    runtime: "Laufzeit wird geladen",
    model: "Modell wird geladen",
    session: "Sitzung wird vorbereitet",
    decode: "Foto wird gelesen",
    prepare: "Foto wird vorbereitet",
    infer: "Motiv wird erkannt",
    composite: "Motiv wird freigestellt",
    encode: "Ergebnis wird gespeichert",
  }),
  errors: Object.freeze({
    EmptyPhotoError: "Die Datei ist leer. Wählen Sie eine andere.",
    UnsupportedPhotoError: "Dieses Dateiformat wird nicht unterstützt. Nehmen Sie JPEG, PNG oder WebP.",
    BrokenPhotoError: "Die Datei ist beschädigt oder unvollständig. Nehmen Sie eine andere Kopie.",
    PhotoTooLargeError: "Das Foto ist zu groß. Nehmen Sie eine kleinere Kopie.",
    PhotoFetchError: "Das Foto kann nicht von seiner Adresse geladen werden.",
    UnreadablePhotoError: "Der Browser kann dieses Foto nicht lesen.",
    ModelFetchError: "Das Modell kann nicht geladen werden. Prüfen Sie die Verbindung.",
    ModelCorruptError: "Das Modell ist beschädigt angekommen. Versuchen Sie es noch einmal.",
    RuntimeLoadError: "Die Laufzeit kann nicht geladen werden. Prüfen Sie die Verbindung.",
    WorkerError: "Der Vorgang ist abgebrochen, vielleicht aus Mangel an Speicher. Versuchen Sie es noch einmal.",
  }),
});

/** @type {Readonly<Record<string, Readonly<Strings>>>} */
export const STRINGS = Object.freeze({ en, de });

/**
 * Give the texts in a language, some of them replaced.
 * @param {string} language Such as "de-AT"; English where it is not built in.
 * @param {Partial<Strings>} [own]
 * @returns {{language: string, strings: Strings}} The language that they are in.
 */
export function stringsFor(language, own = {}) {
  const found = language.toLowerCase().split("-")[0];
  const base = STRINGS[found] ?? en;
  const strings = {
    ...base,
    ...own,
    steps: { ...base.steps, ...own.steps },
    errors: { ...base.errors, ...own.errors },
  };
  const foreign = found in STRINGS || Object.keys(own).length > 0;
  return { language: foreign ? language : "en", strings };
}

/**
 * Fill values into a text.
 * @param {string} text
 * @param {Record<string, string | number>} values
 */
export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}
