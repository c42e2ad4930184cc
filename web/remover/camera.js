/** @file The camera, where there is one. */

/** Say whether this page may have a camera; whether it really gets one shows when it asks. */
export async function hasCamera() {
  try {
    const devices = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
    return devices.some(({ kind }) => kind === "videoinput");
  } catch {
    return false;
  }
}

/** A camera's picture in a video element. */
export class Camera {
  #stream;
  #video;

  /**
   * Ask for a camera, and show what it sees.
   * @param {HTMLVideoElement} video
   */
  static async open(video) {
    const wanted = { facingMode: "environment", width: { ideal: 1920 }, height: { ideal: 1080 } };
    const stream = await navigator.mediaDevices.getUserMedia({ video: wanted });
    const camera = new Camera(stream, video);
    video.srcObject = stream;
    await video.play();
    return camera;
  }

  /**
   * @param {MediaStream} stream
   * @param {HTMLVideoElement} video
   */
  constructor(stream, video) {
    this.#stream = stream;
    this.#video = video;
  }

  /**
   * Take the picture that is shown.
   * @returns {Promise<File>} Without loss.
   */
  async shoot() {
    const canvas = document.createElement("canvas");
    canvas.width = this.#video.videoWidth;
    canvas.height = this.#video.videoHeight;
    canvas.getContext("2d")?.drawImage(this.#video, 0, 0);
    const blob = await new Promise((done) => canvas.toBlob(done, "image/png"));
    return new File([/** @type {Blob} */ (blob)], "camera.png", { type: "image/png" });
  }

  /** Switch it off. */
  close() {
    this.#stream.getTracks().forEach((track) => track.stop());
    this.#video.srcObject = null;
  }
}
