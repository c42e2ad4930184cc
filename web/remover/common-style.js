/** @file What looks the same in the element and in the app; colours are those of the place. */

export const COMMON_STYLE = `
  .actions {
    display: flex;
    flex-wrap: wrap;
    justify-content: center;
    gap: 0.6rem;
  }

  .working .work {
    display: grid;
    gap: 0.45rem;
    width: min(100%, 26rem);
    padding-inline: 0.5rem;
  }

  .working .now {
    display: flex;
    flex-wrap: wrap;
    align-items: baseline;
    justify-content: space-between;
    gap: 0 1rem;
  }

  .working .words {
    font-weight: 600;
  }

  .working .amount {
    color: var(--soft);
    font-size: 0.9rem;
    font-variant-numeric: tabular-nums;
  }

  .working .steps {
    display: flex;
    gap: 0.3rem;
    padding: 0;
    list-style: none;
  }

  .working .steps li {
    flex: 1;
    height: 3px;
    border-radius: 2px;
    background: var(--line);
  }

  .working .steps .past {
    background: color-mix(in srgb, var(--accent) 55%, var(--line));
  }

  .working .steps .current {
    background: var(--accent);
  }

  .failed {
    text-align: center;
  }

  .failed .sign {
    width: 3rem;
    fill: none;
    stroke: var(--trouble);
    stroke-linecap: round;
    stroke-width: 2;
  }

  .failed .reason {
    max-width: 36rem;
    color: var(--trouble);
    overflow-wrap: anywhere;
    text-wrap: pretty;
  }

  progress {
    width: 100%;
    height: 0.5rem;
    overflow: hidden;
    border: 0;
    border-radius: 0.25rem;
    appearance: none;
    background: var(--line);
    color: var(--accent);
  }

  progress::-webkit-progress-bar {
    background: var(--line);
  }

  progress::-webkit-progress-value {
    background: var(--accent);
  }

  progress::-moz-progress-bar {
    background: var(--accent);
  }

  /*
   * Few and small pictures, which need no script's thread: a smooth sweep took a seventh of two
   * processors that have no graphics card beside them, and the work that it stood for waited.
   */
  progress:indeterminate {
    background: linear-gradient(90deg, var(--line) 5%, var(--accent) 50%, var(--line) 95%);
    animation: pulse 0.8s steps(6) infinite alternate;
  }

  progress:indeterminate::-webkit-progress-bar {
    background: none;
  }

  progress:indeterminate::-moz-progress-bar {
    background: none;
  }

  @keyframes pulse {
    to {
      opacity: 0.3;
    }
  }

  @media (forced-colors: active) {
    progress {
      --line: Canvas;
      --accent: Highlight;
      border: 1px solid CanvasText;
      forced-color-adjust: none;
    }
  }

  .spoken {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
`;
