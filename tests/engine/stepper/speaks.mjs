// Gives the modules their words, before a test imports them: `node --import speaks.mjs …`.

import { readFileSync } from "node:fs";

const { LIVE_MODULES, STEPPER_MODULES, STEPPER_WORDS } = process.env;
const player = STEPPER_MODULES ?? new URL("../", LIVE_MODULES);
const { speak } = await import(new URL("said/say.mjs", player));
speak(JSON.parse(readFileSync(STEPPER_WORDS, "utf-8")));
