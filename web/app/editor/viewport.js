/** @file The viewport: how large the picture is shown, and which part of it; by wheel, touch and keyboard. */

/** @import {Size} from "./frame.js" */

const LARGEST = 16; // of the screen's pixels for one of the picture's
const STEP = 1.25;
const WHEEL = 0.0016; // of zoom's logarithm for a pixel of the wheel
const ARROW = 40; // pixels of CSS

/** @typedef {{x: number, y: number}} Point In pixels of CSS, from the element's corner. */

/**
 * Keeps `--left`, `--top`, `--width` and `--height` of its element, the place of the picture in it in
 * pixels of CSS. Zoom counts the screen's pixels for one of the picture's, so that 1 is crisp.
 */
export class Viewport {
  #element;
  #changed;
  /** @type {Size} */
  #size = { width: 1, height: 1 };
  #zoom = 1;
  #fitted = true;
  #margin = 0;
  /** @type {Point} */
  #corner = { x: 0, y: 0 };
  /** @type {Map<number, Point>} Fingers that are down. */
  #fingers = new Map();

  /**
   * @param {HTMLElement} element It hears keys and pointers, but those that its controls take.
   * @param {() => void} changed
   */
  constructor(element, changed) {
    this.#element = element;
    this.#changed = changed;
    new ResizeObserver(() => this.#place()).observe(element);
    element.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    element.addEventListener("keydown", (event) => this.#key(event));
    element.addEventListener("pointerdown", (event) => this.#down(event));
    element.addEventListener("pointermove", (event) => this.#move(event));
    for (const name of /** @type {const} */ (["pointerup", "pointercancel"])) {
      element.addEventListener(name, ({ pointerId }) => this.#fingers.delete(pointerId));
    }
  }

  get zoom() {
    return this.#zoom;
  }

  /** Pixels of CSS for one of the picture's. */
  get scale() {
    return this.#zoom / devicePixelRatio;
  }

  /**
   * Take a picture's size in; another one is shown whole.
   * @param {Size} size
   * @param {number} margin What is left round it, in pixels of CSS.
   */
  resize({ width, height }, margin) {
    if (width !== this.#size.width || height !== this.#size.height || margin !== this.#margin) {
      this.#size = { width, height };
      this.#margin = margin;
      this.fit();
    }
  }

  /** Show all of it, but not larger than it is. */
  fit() {
    this.#fitted = true;
    this.#place();
  }

  /**
   * @param {number} zoom
   * @param {Point} [at] What stays where it is; by default the middle.
   */
  zoomTo(zoom, at = this.#middle()) {
    const before = this.scale;
    this.#fitted = false;
    this.#zoom = Math.min(Math.max(zoom, Math.min(this.#fit(), 1)), LARGEST);
    const factor = this.scale / before;
    this.#corner = {
      x: at.x - (at.x - this.#corner.x) * factor,
      y: at.y - (at.y - this.#corner.y) * factor,
    };
    this.#place();
  }

  /**
   * @param {number} factor
   * @param {Point} [at]
   */
  zoomBy(factor, at) {
    this.zoomTo(this.#zoom * factor, at);
  }

  zoomIn() {
    this.zoomBy(STEP);
  }

  zoomOut() {
    this.zoomBy(1 / STEP);
  }

  /** The zoom at which it fits in. */
  #fit() {
    const { clientWidth, clientHeight } = this.#element;
    const { width, height } = this.#size;
    const around = 2 * this.#margin;
    const room = Math.min((clientWidth - around) / width, (clientHeight - around) / height);
    return room > 0 ? Math.min(room * devicePixelRatio, Math.max(devicePixelRatio, 1)) : 1;
  }

  #place() {
    if (this.#fitted) {
      this.#zoom = this.#fit();
    }
    const { clientWidth, clientHeight, style, classList } = this.#element;
    const width = this.#size.width * this.scale;
    const height = this.#size.height * this.scale;
    this.#corner = {
      x: edge(this.#corner.x, width, clientWidth),
      y: edge(this.#corner.y, height, clientHeight),
    };
    style.setProperty("--left", `${this.#corner.x}px`);
    style.setProperty("--top", `${this.#corner.y}px`);
    style.setProperty("--width", `${width}px`);
    style.setProperty("--height", `${height}px`);
    classList.toggle("enlarged", this.#zoom > this.#fit() && this.#zoom > 1);
    classList.toggle("movable", width > clientWidth + 1 || height > clientHeight + 1);
    this.#changed();
  }

  /** @returns {Point} */
  #middle() {
    const { clientWidth, clientHeight } = this.#element;
    return { x: clientWidth / 2, y: clientHeight / 2 };
  }

  /**
   * @param {{clientX: number, clientY: number}} event
   * @returns {Point}
   */
  #point({ clientX, clientY }) {
    const { left, top } = this.#element.getBoundingClientRect();
    return { x: clientX - left, y: clientY - top };
  }

  /**
   * @param {number} dx
   * @param {number} dy
   */
  #pan(dx, dy) {
    this.#corner = { x: this.#corner.x + dx, y: this.#corner.y + dy };
    this.#place();
  }

  /** @param {WheelEvent} event */
  #wheel(event) {
    event.preventDefault();
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? 1 : 16;
    const pinch = event.ctrlKey ? 5 : 1; // a touchpad's pinch comes in small steps
    this.zoomBy(Math.exp(-event.deltaY * lines * pinch * WHEEL), this.#point(event));
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    /** @type {Record<string, () => void>} */
    const keys = {
      "+": () => this.zoomIn(),
      "=": () => this.zoomIn(),
      "-": () => this.zoomOut(),
      0: () => this.fit(),
      1: () => this.zoomTo(1),
    };
    /** @type {Record<string, () => void>} */
    const arrows = {
      ArrowLeft: () => this.#pan(ARROW, 0),
      ArrowRight: () => this.#pan(-ARROW, 0),
      ArrowUp: () => this.#pan(0, ARROW),
      ArrowDown: () => this.#pan(0, -ARROW),
    };
    const act = keys[event.key] ?? (event.target === this.#element ? arrows[event.key] : undefined);
    if (act !== undefined) {
      event.preventDefault();
      act();
    }
  }

  /** @param {PointerEvent} event */
  #down(event) {
    const taken = /** @type {Element} */ (event.target).closest("input, button");
    if (taken === null && event.button === 0) {
      this.#element.setPointerCapture(event.pointerId);
      this.#fingers.set(event.pointerId, this.#point(event));
    }
  }

  /** @param {PointerEvent} event */
  #move(event) {
    const before = this.#fingers.get(event.pointerId);
    if (before === undefined) {
      return;
    }
    const now = this.#point(event);
    this.#fingers.set(event.pointerId, now);
    const others = [...this.#fingers].filter(([id]) => id !== event.pointerId);
    if (others.length === 0) {
      this.#pan(now.x - before.x, now.y - before.y);
      return;
    }
    const [[, other]] = others;
    const middle = (/** @type {Point} */ point) => ({
      x: (point.x + other.x) / 2,
      y: (point.y + other.y) / 2,
    });
    const apart = (/** @type {Point} */ point) => Math.hypot(point.x - other.x, point.y - other.y);
    this.#corner.x += middle(now).x - middle(before).x;
    this.#corner.y += middle(now).y - middle(before).y;
    this.zoomBy(apart(now) / Math.max(apart(before), 1), middle(now));
  }
}

/**
 * Keep a picture's edge where it belongs: in the middle, or so that no room is left beside it.
 * @param {number} start
 * @param {number} length
 * @param {number} room
 */
function edge(start, length, room) {
  const free = room - length;
  const at = free > 0 ? free / 2 : Math.min(Math.max(start, free), 0);
  return Math.round(at * devicePixelRatio) / devicePixelRatio; // whole pixels of the screen
}
