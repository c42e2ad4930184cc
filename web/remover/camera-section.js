/** @file The camera's picture, and the button that takes it. */

import { actions, make } from "./parts.js";

/** @import {Texts} from "./parts.js" */

export class CameraSection {
  /**
   * @param {Texts} texts
   * @param {{shoot: () => void, another: () => void}} asked
   */
  constructor(texts, { shoot, another }) {
    const properties = { playsInline: true, muted: true, autoplay: true };
    this.video = make("video", { part: "video", ...properties });
    this.first = texts.button("shoot", shoot, "primary");
    this.element = make(
      "section",
      { className: "camera" },
      this.video,
      actions(this.first, texts.button("cancel", another)),
    );
  }
}
