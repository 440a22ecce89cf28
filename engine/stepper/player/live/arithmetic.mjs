// Operations on numbers, by the names that formulas of rows have: what Math lacks is here.

/**
 * The number |a| with the sign of b, of a zero too.
 * @type {(a: number, b: number) => number}
 */
const copysign = (a, b) => (b < 0 || Object.is(b, -0) ? -Math.abs(a) : Math.abs(a));

/**
 * The nearest whole number, the even one of two, as Python's round: no zero has a sign.
 * @type {(a: number) => number}
 */
function rounded(a) {
  if (!(Math.abs(a) < 2 ** 52)) return a;
  return copysign(Math.abs(a) + 2 ** 52 - 2 ** 52, a) + 0;
}

/**
 * The power as in C: 1 to any power is 1, also to nan, and -1 to an infinity.
 * @type {(a: number, b: number) => number}
 */
const power = (a, b) =>
  a === 1 || (a === -1 && Math.abs(b) === Infinity) ? 1 : Math.pow(a, b);

// 2/sqrt(pi), and what it is more than 1 to all digits.
const SLOPE = 1.1283791670955126;
const SLOPE_LESS_1 = 0.1283791670955126;

// The number sqrt(pi), and what is lost by rounding it.
const ROOT = 1.772453850905516;
const ROOT_LOST = -7.666586499825799e-17;

// Where a continued fraction takes the place of a series, and where erf is 1, and 1 - erf is 0.
const ERF_CHANGES = 0.9;
const ERFC_CHANGES = 0.77;
const ERF_IS_1 = 6;
const ERFC_IS_0 = 27.3;

// The coefficients of x^2, x^4, ... in erf(x)/x, the last one first, which are
// 2/sqrt(pi) (-1)^n / (n! (2n + 1)).
const COEFFICIENTS = Array.from({ length: 20 }, (_, i) => {
  let factorial = 1;
  for (let k = 2; k <= 20 - i; k++) factorial *= k;
  return ((i % 2 ? -1 : 1) * SLOPE) / (factorial * (41 - 2 * i));
});

/**
 * Its product with x is erf(x) - x, for small x.
 * @type {(x: number) => number}
 */
function erfExcess(x) {
  const square = x * x;
  let sum = 0;
  for (const each of COEFFICIENTS) sum = (sum + each) * square;
  return SLOPE_LESS_1 + sum;
}

/**
 * The function 1 - erf for x that are not small: e^(-x^2)/sqrt(pi) / (x + 1/2/(x + 2/2/(x + ...))).
 * What rounding loses of the divisor and of x^2 is made good at the end.
 * @type {(x: number) => number}
 */
function erfcTail(x) {
  let fraction = 0;
  for (let k = x < 2 ? 350 : 60; k > 0; k--) fraction = k / 2 / (x + fraction);
  const below = x + fraction;
  const divisor = below * ROOT;
  const [b, r] = [Math.fround(below), Math.fround(ROOT)]; // products of such halves are exact
  const lost =
    b * r - divisor + b * (ROOT - r) + (below - b) * r + (below - b) * (ROOT - r) +
    below * ROOT_LOST + (x - below + fraction) * ROOT;
  const near = Math.fround(x); // its square has no rounding
  const half = Math.exp((-near * near) / 2); // whose square may be subnormal
  const quotient = x < 26 ? Math.exp(-near * near) / divisor : (half / divisor) * half;
  return quotient + quotient * (Math.expm1((near - x) * (near + x)) - lost / divisor);
}

/**
 * The error function, within 2 units in the last place.
 * @type {(a: number) => number}
 */
function erf(a) {
  const x = Math.abs(a);
  if (x < ERF_CHANGES) return a + a * erfExcess(x);
  return x < ERF_IS_1 ? copysign(1 - erfcTail(x), a) : Math.sign(a);
}

/**
 * The function 1 - erf(a), within 2 units in the last place.
 * @type {(a: number) => number}
 */
function erfc(a) {
  if (a < 0.25) return 1 - erf(a);
  if (a < ERFC_CHANGES) return 0.5 - (a - 0.5 + a * erfExcess(a));
  if (a < ERFC_IS_0) return erfcTail(a);
  return Number.isNaN(a) ? a : 0;
}

/**
 * The length of (a, b): the nearest number or the next one, unless squares overflow or underflow.
 * @type {(a: number, b: number) => number}
 */
function hypot(a, b) {
  const length = Math.sqrt(a * a + b * b);
  return length > 2 ** -500 && length < 2 ** 500 ? length : Math.hypot(a, b);
}

/** @typedef {(...operands: number[]) => number} Operation */

/**
 * For each name an operation; a truth value is 1 or 0. As in rows of the table, the sign of a zero,
 * nan and infinities are those of C.
 * @type {Map<string, Operation>}
 */
export const OPERATIONS = new Map(
  Object.entries({
    add: (a, b) => a + b,
    sub: (a, b) => a - b,
    mul: (a, b) => a * b,
    div: (a, b) => a / b,
    pow: power,
    fmod: (a, b) => a % b,
    neg: (a) => -a,
    abs: Math.abs,
    maximum: (a, b) => (a > b || Number.isNaN(a) ? a : b),
    minimum: (a, b) => (a < b || Number.isNaN(a) ? a : b),
    copysign,
    round: rounded,
    floor: Math.floor,
    ceil: Math.ceil,
    trunc: Math.trunc,
    sqrt: Math.sqrt,
    cbrt: Math.cbrt,
    exp: Math.exp,
    exp2: (a) => 2 ** a,
    expm1: Math.expm1,
    log: Math.log,
    log1p: Math.log1p,
    log2: Math.log2,
    log10: Math.log10,
    sin: Math.sin,
    cos: Math.cos,
    tan: Math.tan,
    arcsin: Math.asin,
    arccos: Math.acos,
    arctan: Math.atan,
    arctan2: Math.atan2,
    hypot,
    sinh: Math.sinh,
    cosh: Math.cosh,
    tanh: Math.tanh,
    arcsinh: Math.asinh,
    arccosh: Math.acosh,
    arctanh: Math.atanh,
    erf,
    erfc,
    less: (a, b) => Number(a < b),
    less_equal: (a, b) => Number(a <= b),
    greater: (a, b) => Number(a > b),
    greater_equal: (a, b) => Number(a >= b),
    equal: (a, b) => Number(a === b),
    not_equal: (a, b) => Number(a !== b),
    and: (a, b) => Number(a && b && 1),
    or: (a, b) => Number((a || b) && 1),
    where: (a, b, c) => (a ? b : c),
  }),
);
