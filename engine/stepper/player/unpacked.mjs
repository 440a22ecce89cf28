// The script of a page, and what it says, are in it compressed: they would be three times as large.
//
// This script unpacks them, and makes an element of the page of the script. The policy allows that
// one too, by its hash. If it were another one, it would not run.
//
// Where they stand is said in engine/stepper/offline.py.

/**
 * The text that was compressed and written in base64, as engine/stepper/script.py does it.
 * @type {(packed: string) => Promise<string>}
 */
async function unpacked(packed) {
  const bytes = Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Response(stream).text();
}

/**
 * Run the script that is packed in an element.
 * @type {(element: HTMLElement) => Promise<void>}
 */
async function runPacked(element) {
  const script = document.createElement("script");
  script.type = "module";
  script.textContent = await unpacked(element.textContent ?? "");
  element.replaceWith(script);
}

const wordsPacked = document.getElementById("glassgrad-words");
if (wordsPacked) wordsPacked.textContent = await unpacked(wordsPacked.textContent ?? "");

const scriptPacked = document.getElementById("glassgrad-packed");
if (scriptPacked) await runPacked(scriptPacked);
