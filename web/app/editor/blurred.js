/**
 * @file The photo's own background, blurred as `wasmatte.blur` does it: a small picture, which looks like
 * the file's when it is stretched.
 */

const LARGEST = 400; // of the longer side, in pixels
const SIGMA = 2; // pixels; what is smoother than this loses nothing by being small
const FAINT = 1e-6; // the weight of the mean colour, for where no background is near

/** Makes it in many strengths, of one photo. */
export class Blurred {
  /** @type {Promise<[ImageBitmap, ImageBitmap]>} The photo and its matte, small. */
  #pictures;

  /**
   * @param {Blob} photo
   * @param {Blob} matte
   * @param {import("./frame.js").Size} size
   */
  constructor(photo, matte, { width, height }) {
    const scale = Math.min(1, LARGEST / Math.max(width, height));
    const resize = {
      resizeWidth: Math.max(1, Math.round(width * scale)),
      resizeHeight: Math.max(1, Math.round(height * scale)),
      resizeQuality: /** @type {const} */ ("medium"),
    };
    this.#pictures = Promise.all([
      createImageBitmap(photo, resize),
      createImageBitmap(matte, resize),
    ]);
    this.#pictures.catch(() => {}); // told to who draws it
  }

  /**
   * Draw it; the subject leaves no trace.
   * @param {HTMLCanvasElement} canvas
   * @param {number} share The Gaussian's standard deviation, as a share of the longer side.
   * @param {() => boolean} wanted Whether it still is, once it could be drawn.
   * @returns {Promise<boolean>} Whether it was drawn.
   */
  async draw(canvas, share, wanted) {
    const [photo, matte] = await this.#pictures;
    if (!wanted()) {
      return false;
    }
    const longer = Math.max(photo.width, photo.height);
    const scale = Math.min(1, Math.max(SIGMA / (share * longer), 96 / longer));
    const width = Math.max(1, Math.round(photo.width * scale));
    const height = Math.max(1, Math.round(photo.height * scale));
    Object.assign(canvas, { width, height });
    const context = /** @type {CanvasRenderingContext2D} */ (
      canvas.getContext("2d", { willReadFrequently: true })
    );
    const pixels = (/** @type {ImageBitmap} */ bitmap) => {
      context.drawImage(bitmap, 0, 0, width, height);
      return context.getImageData(0, 0, width, height);
    };
    const coverage = pixels(matte).data;
    const colours = pixels(photo);
    const weighted = new Float32Array(4 * width * height);
    const mean = [0, 0, 0, 0];
    for (let at = 0; at < weighted.length; at += 4) {
      const weight = (255 - coverage[at]) / 255;
      for (let channel = 0; channel < 4; channel += 1) {
        weighted[at + channel] = weight * (channel < 3 ? colours.data[at + channel] : 1);
        mean[channel] += weighted[at + channel];
      }
    }
    const blurred = gaussian(weighted, width, height, share * longer * scale);
    const faint = FAINT / Math.max(mean[3], 1);
    for (let at = 0; at < blurred.length; at += 4) {
      const weight = Math.max(blurred[at + 3] + faint * mean[3], FAINT / 2);
      for (let channel = 0; channel < 3; channel += 1) {
        colours.data[at + channel] = (blurred[at + channel] + faint * mean[channel]) / weight;
      }
      colours.data[at + 3] = 255;
    }
    context.putImageData(colours, 0, 0);
    return true;
  }

  async close() {
    for (const bitmap of await this.#pictures.catch(() => [])) {
      bitmap.close();
    }
  }
}

/**
 * Blur along rows, then along columns. Outside of the picture there is nothing, which weighs nothing.
 * @param {Float32Array} values Of pixels with 4 channels.
 * @param {number} width
 * @param {number} height
 * @param {number} sigma In pixels.
 */
function gaussian(values, width, height, sigma) {
  const radius = Math.ceil(3 * sigma);
  const kernel = Array.from({ length: 2 * radius + 1 }, (_, index) =>
    Math.exp(-((index - radius) ** 2) / (2 * sigma * sigma)),
  );
  const rows = along(values, kernel, width, height, 4, 4 * width);
  return along(rows, kernel, height, width, 4 * width, 4);
}

/**
 * @param {Float32Array} values
 * @param {number[]} kernel
 * @param {number} length Of a line, in pixels.
 * @param {number} lines
 * @param {number} step From pixel to pixel.
 * @param {number} stride From line to line.
 */
function along(values, kernel, length, lines, step, stride) {
  const result = new Float32Array(values.length);
  const radius = (kernel.length - 1) / 2;
  for (let line = 0; line < lines; line += 1) {
    for (let index = 0; index < length; index += 1) {
      let [a, b, c, d] = [0, 0, 0, 0];
      const last = Math.min(length - 1, index + radius);
      for (let other = Math.max(0, index - radius); other <= last; other += 1) {
        const weight = kernel[other - index + radius];
        const at = line * stride + other * step;
        a += weight * values[at];
        b += weight * values[at + 1];
        c += weight * values[at + 2];
        d += weight * values[at + 3];
      }
      const at = line * stride + index * step;
      result[at] = a;
      result[at + 1] = b;
      result[at + 2] = c;
      result[at + 3] = d;
    }
  }
  return result;
}
