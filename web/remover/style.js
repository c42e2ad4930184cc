/** @file How the element looks. A page sets the custom properties `--wasmatte-*` and styles parts. */

import { COMPARE_STYLE } from "../compare.js";
import { COMMON_STYLE } from "./common-style.js";

const CSS = `${COMMON_STYLE}
  :host {
    --accent: var(--wasmatte-accent, light-dark(#0f766e, #4fd1c0));
    --accent-ink: var(--wasmatte-accent-ink, light-dark(#fff, #06201c));
    --surface: var(--wasmatte-surface, light-dark(#fff, #1a201e));
    --sunken: var(--wasmatte-sunken, light-dark(#f1f4f2, #121716));
    --ink: var(--wasmatte-ink, light-dark(#17201d, #e8eeeb));
    --soft: var(--wasmatte-soft, light-dark(#566460, #9aa8a3));
    --line: var(--wasmatte-line, light-dark(#d5dcd8, #34403c));
    --trouble: var(--wasmatte-trouble, light-dark(#a3261b, #ff9d90));
    --check-a: var(--wasmatte-check-a, light-dark(#fff, #39423f));
    --check-b: var(--wasmatte-check-b, light-dark(#e4e8e6, #2c3431));
    --radius: var(--wasmatte-radius, 1.25rem);
    --tallest: var(--wasmatte-max-height, min(70vh, 32rem));
    --tint: color-mix(in srgb, var(--accent) 9%, var(--surface));
    display: block;
    container-type: inline-size;
    color: var(--ink);
    line-height: 1.5;
  }

  :host([hidden]) {
    display: none;
  }

  * {
    box-sizing: border-box;
    margin: 0;
  }

  [hidden] {
    display: none !important;
  }

  .panel {
    display: grid;
    position: relative;
    padding: 0.75rem;
    border: 1px solid var(--line);
    border-radius: var(--radius);
    background: var(--surface);
  }

  section {
    display: grid;
    justify-items: center;
    gap: 1rem;
    min-width: 0;
  }

  /* Where a photo comes in */

  .drop {
    padding: clamp(1.75rem, 9cqi, 3.5rem) 1.25rem clamp(1.25rem, 5cqi, 2rem);
    border: 2px dashed var(--line);
    border-radius: calc(var(--radius) * 0.7);
    text-align: center;
    cursor: pointer;
    transition: border-color 0.15s, background-color 0.15s;
  }

  .drop:hover {
    border-color: color-mix(in srgb, var(--accent) 45%, var(--line));
  }

  .over {
    border-color: var(--accent);
    background: var(--tint);
  }

  .picture {
    width: 3.75rem;
    fill: none;
    stroke: var(--accent);
    stroke-linecap: round;
    stroke-linejoin: round;
    stroke-width: 2;
  }

  .invitation strong {
    display: block;
    font-size: 1.25rem;
    font-weight: 650;
    letter-spacing: -0.01em;
    text-wrap: balance;
  }

  .invitation span,
  .privacy,
  .facts {
    color: var(--soft);
  }

  .privacy {
    display: flex;
    align-items: center;
    gap: 0.4rem;
    margin-top: 0.5rem;
    font-size: 0.875rem;
  }

  .lock {
    flex: none;
    width: 1rem;
    fill: none;
    stroke: currentColor;
    stroke-linecap: round;
    stroke-width: 1.5;
  }

  /* Buttons */

  button,
  .primary {
    min-height: 2.75rem;
    padding: 0.5rem 1.15rem;
    border: 1px solid var(--line);
    border-radius: calc(var(--radius) * 0.55);
    background: var(--surface);
    color: var(--ink);
    font: inherit;
    font-weight: 550;
    text-decoration: none;
    cursor: pointer;
    transition: border-color 0.15s, filter 0.15s;
  }

  button:hover {
    border-color: var(--soft);
  }

  .primary {
    display: inline-grid;
    place-items: center;
    border-color: transparent;
    background: var(--accent);
    color: var(--accent-ink);
  }

  .primary:hover {
    border-color: transparent;
    filter: brightness(1.08);
  }

  :focus-visible {
    outline: 3px solid var(--accent);
    outline-offset: 3px;
  }

  /* Pictures */

  .stage {
    display: grid;
    place-items: center;
    position: relative;
    max-width: 100%;
    overflow: hidden;
    border-radius: calc(var(--radius) * 0.7);
    background: var(--sunken);
    isolation: isolate;
  }

  .stage img,
  video {
    display: block;
    max-width: 100%;
    max-height: var(--tallest);
    object-fit: contain;
  }

  video {
    width: 100%;
    border-radius: calc(var(--radius) * 0.7);
    background: #000;
  }

  .working .stage img {
    max-height: min(var(--tallest), 22rem);
    opacity: 0.55;
    transition: opacity 0.3s;
  }

  .checkered {
    background: repeating-conic-gradient(var(--check-b) 0 25%, var(--check-a) 0 50%) 0 0 / 20px 20px;
  }

  /* The end of the work */

  .outcome {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: space-between;
    gap: 0.75rem 1.25rem;
    width: 100%;
    padding: 0.25rem 0.5rem 0.35rem;
  }

  .outcome .title {
    font-weight: 650;
  }

  .facts {
    font-size: 0.875rem;
    font-variant-numeric: tabular-nums;
  }

  .failed {
    padding: clamp(1.75rem, 9cqi, 3rem) 1.25rem;
  }

  .working .actions {
    margin-bottom: 0.5rem;
  }

  .note {
    padding: 0.6rem 0.9rem;
    border-radius: calc(var(--radius) * 0.5);
    background: color-mix(in srgb, var(--trouble) 10%, var(--surface));
    color: var(--trouble);
    font-size: 0.925rem;
  }

  @container (max-width: 30rem) {
    .outcome {
      flex-direction: column;
      text-align: center;
    }

    .outcome .actions,
    .drop .actions {
      flex-direction: column;
      align-self: stretch;
      justify-self: stretch;
    }
  }

  @media (hover: none) and (pointer: coarse) {
    .invitation {
      display: none;
    }
  }

  @media (prefers-reduced-motion: reduce) {
    * {
      animation: none !important;
      transition: none !important;
    }
  }

  @media (forced-colors: active) {
    .primary {
      border-color: ButtonText;
    }
  }
${COMPARE_STYLE}`;

/** @type {CSSStyleSheet | null} */
let sheet = null;

/** Give the one style sheet that all elements share; no Content-Security-Policy forbids it. */
export function style() {
  if (sheet === null) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(CSS);
  }
  return sheet;
}
