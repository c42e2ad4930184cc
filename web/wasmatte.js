/**
 * @file What a page loads: the element `<wasmatte-remover>`, and the same for programs.
 *
 *     <script type="module" src="https://any.host/wasmatte/wasmatte.js"></script>
 *     <wasmatte-remover></wasmatte-remover>
 *
 *     import { removeBackground } from "https://any.host/wasmatte/wasmatte.js";
 *     const { blob } = await removeBackground(file);
 */

import "./remover/element.js";

export * from "./client.js";
