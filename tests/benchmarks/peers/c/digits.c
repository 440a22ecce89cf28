/* A step of the digits: an MLP 64-32-10 with ReLU and softmax cross-entropy, COUNT examples.

   Parameters are rows of weights with the bias last. */
#include <math.h>
#include <string.h>
#include "lanes.h"

enum { INPUTS = 64, HIDDEN = 32, CLASSES = 10, FIRST = 0, SECOND = HIDDEN * (INPUTS + 1),
       ALL = SECOND + CLASSES * (HIDDEN + 1), BLOCK = 32, VECTORS = BLOCK / LANES,
       BLOCKS = (COUNT + BLOCK - 1) / BLOCK };

/* Loops as one writes them; inputs are [64][COUNT], and a 1 for the class in y, [10][COUNT]. */
double digits_plain(const double *restrict p, const double *restrict x, const double *restrict y,
                    double *restrict g) {
  static double h[HIDDEN][COUNT], z[CLASSES][COUNT], d[HIDDEN][COUNT], sum[COUNT];
  const double *w1 = p + FIRST, *w2 = p + SECOND;
  double loss = 0;
  for (int i = 0; i < HIDDEN; i++) {
    for (int n = 0; n < COUNT; n++) h[i][n] = w1[65 * i + 64];
    for (int j = 0; j < INPUTS; j++)
      for (int n = 0; n < COUNT; n++) h[i][n] += w1[65 * i + j] * x[j * COUNT + n];
    for (int n = 0; n < COUNT; n++) h[i][n] = h[i][n] > 0 ? h[i][n] : 0;
  }
  memset(sum, 0, sizeof sum);
  for (int i = 0; i < CLASSES; i++) {
    for (int n = 0; n < COUNT; n++) z[i][n] = w2[33 * i + 32];
    for (int j = 0; j < HIDDEN; j++)
      for (int n = 0; n < COUNT; n++) z[i][n] += w2[33 * i + j] * h[j][n];
    for (int n = 0; n < COUNT; n++) {
      loss -= y[i * COUNT + n] * z[i][n];
      z[i][n] = exp(z[i][n]);
      sum[n] += z[i][n];
    }
  }
  for (int n = 0; n < COUNT; n++) loss += log(sum[n]);
  for (int i = 0; i < CLASSES; i++)
    for (int n = 0; n < COUNT; n++) z[i][n] = (z[i][n] / sum[n] - y[i * COUNT + n]) / COUNT;
  for (int j = 0; j < HIDDEN; j++) {
    for (int n = 0; n < COUNT; n++) d[j][n] = 0;
    for (int i = 0; i < CLASSES; i++)
      for (int n = 0; n < COUNT; n++) d[j][n] += w2[33 * i + j] * z[i][n];
    for (int n = 0; n < COUNT; n++) d[j][n] = h[j][n] > 0 ? d[j][n] : 0;
  }
  memset(g, 0, ALL * sizeof *g);
  for (int i = 0; i < CLASSES; i++) {
    for (int j = 0; j < HIDDEN; j++)
      for (int n = 0; n < COUNT; n++) g[SECOND + 33 * i + j] += z[i][n] * h[j][n];
    for (int n = 0; n < COUNT; n++) g[SECOND + 33 * i + 32] += z[i][n];
  }
  for (int i = 0; i < HIDDEN; i++) {
    for (int j = 0; j < INPUTS; j++)
      for (int n = 0; n < COUNT; n++) g[65 * i + j] += d[i][n] * x[j * COUNT + n];
    for (int n = 0; n < COUNT; n++) g[65 * i + 64] += d[i][n];
  }
  return loss / COUNT;
}

AFFINE(affine, BY_REGISTERS(4, 8), BY_REGISTERS(4, 1))
AFFINE(affine_of_classes, 5, BY_REGISTERS(4, 2))
BACK(back, 4, BY_REGISTERS(4, 2))
OUTER(outer, BY_REGISTERS(4, 1), BY_REGISTERS(4, 8))
OUTER(outer_of_classes, BY_REGISTERS(5, 1), BY_REGISTERS(4, 8))

INLINE lanes powers(lanes a) {
  for (int k = 0; k < LANES; k++) a[k] = exp(a[k]);
  return a;
}

INLINE lanes logarithms(lanes a) {
  for (int k = 0; k < LANES; k++) a[k] = log(a[k]);
  return a;
}

/* Vectors and tiles of registers, in blocks of 32 examples that stay in the first-level cache.

   Inputs are [blocks][64][32], classes [blocks][10][32]; filled up with zeros. */
double digits_tuned(const double *restrict p, const lanes *restrict x, const lanes *restrict y,
                    double *restrict g) {
  static lanes sums[ALL];
  lanes h[HIDDEN * VECTORS], z[CLASSES * VECTORS], d[HIDDEN * VECTORS], loss = all(0);
  memset(sums, 0, sizeof sums);
  for (int b = 0; b < BLOCKS; b++, x += INPUTS * VECTORS, y += CLASSES * VECTORS) {
    affine(HIDDEN, INPUTS, VECTORS, p + FIRST, x, h);
    for (int n = 0; n < HIDDEN * VECTORS; n++) h[n] = kept(h[n] > 0, h[n]);
    affine_of_classes(CLASSES, HIDDEN, VECTORS, p + SECOND, h, z);
    for (int n = 0; n < VECTORS; n++) {
      lanes sum = all(0), right = all(0), any = all(0);
      for (int i = 0; i < CLASSES; i++) {
        lanes here = z[i * VECTORS + n], wanted = y[i * VECTORS + n];
        right += wanted * here;
        any += wanted;
        sum += z[i * VECTORS + n] = powers(here);
      }
      mask real = any != 0; /* what fills up the last block has no class */
      loss += kept(real, logarithms(sum) - right);
      lanes share = kept(real, (1.0 / COUNT) / sum);
      for (int i = 0; i < CLASSES; i++)
        z[i * VECTORS + n] = z[i * VECTORS + n] * share - y[i * VECTORS + n] * (1.0 / COUNT);
    }
    back(CLASSES, HIDDEN, VECTORS, p + SECOND, z, h, d);
    outer(HIDDEN, INPUTS, VECTORS, d, x, sums + FIRST);
    outer_of_classes(CLASSES, HIDDEN, VECTORS, z, h, sums + SECOND);
  }
  for (int i = 0; i < ALL; i++) g[i] = total(sums[i]);
  return total(loss) / COUNT;
}
