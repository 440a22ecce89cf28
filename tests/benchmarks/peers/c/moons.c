/* A step of the moons: an MLP 2-16-16-1 with ReLU, hinge loss and a penalty, 100 examples.

   Inputs are [2][examples], labels [examples]; parameters are rows of weights with the bias last. */
#include <string.h>
#include "lanes.h"

enum { COUNT = 100, VECTORS = 104 / LANES, WIDE = 16, FIRST = 0, SECOND = 48, THIRD = 320, ALL = 337 };
static const double PENALTY = 1e-4;

/* Loops as one writes them. */
double moons_plain(const double *restrict p, const double *restrict x, const double *restrict y,
                   double *restrict g) {
  static double h1[WIDE][COUNT], h2[WIDE][COUNT], d1[WIDE][COUNT], d2[WIDE][COUNT], d[COUNT];
  const double *w1 = p + FIRST, *w2 = p + SECOND, *w3 = p + THIRD;
  double loss = 0, squares = 0, score[COUNT];
  for (int i = 0; i < WIDE; i++)
    for (int n = 0; n < COUNT; n++) {
      double sum = w1[3 * i] * x[n] + w1[3 * i + 1] * x[COUNT + n] + w1[3 * i + 2];
      h1[i][n] = sum > 0 ? sum : 0;
    }
  for (int i = 0; i < WIDE; i++) {
    for (int n = 0; n < COUNT; n++) h2[i][n] = w2[17 * i + 16];
    for (int j = 0; j < WIDE; j++)
      for (int n = 0; n < COUNT; n++) h2[i][n] += w2[17 * i + j] * h1[j][n];
    for (int n = 0; n < COUNT; n++) h2[i][n] = h2[i][n] > 0 ? h2[i][n] : 0;
  }
  for (int n = 0; n < COUNT; n++) score[n] = w3[16];
  for (int j = 0; j < WIDE; j++)
    for (int n = 0; n < COUNT; n++) score[n] += w3[j] * h2[j][n];
  for (int n = 0; n < COUNT; n++) {
    double margin = 1 - y[n] * score[n];
    loss += margin > 0 ? margin : 0;
    d[n] = margin > 0 ? -y[n] / COUNT : 0;
  }
  for (int i = 0; i < ALL; i++) {
    squares += p[i] * p[i];
    g[i] = 2 * PENALTY * p[i];
  }
  for (int j = 0; j < WIDE; j++)
    for (int n = 0; n < COUNT; n++) {
      g[THIRD + j] += d[n] * h2[j][n];
      d2[j][n] = h2[j][n] > 0 ? d[n] * w3[j] : 0;
    }
  for (int n = 0; n < COUNT; n++) g[THIRD + 16] += d[n];
  for (int i = 0; i < WIDE; i++) {
    for (int j = 0; j < WIDE; j++)
      for (int n = 0; n < COUNT; n++) g[SECOND + 17 * i + j] += d2[i][n] * h1[j][n];
    for (int n = 0; n < COUNT; n++) g[SECOND + 17 * i + 16] += d2[i][n];
  }
  for (int j = 0; j < WIDE; j++) {
    for (int n = 0; n < COUNT; n++) d1[j][n] = 0;
    for (int i = 0; i < WIDE; i++)
      for (int n = 0; n < COUNT; n++) d1[j][n] += w2[17 * i + j] * d2[i][n];
    for (int n = 0; n < COUNT; n++) d1[j][n] = h1[j][n] > 0 ? d1[j][n] : 0;
  }
  for (int i = 0; i < WIDE; i++)
    for (int n = 0; n < COUNT; n++) {
      g[3 * i] += d1[i][n] * x[n];
      g[3 * i + 1] += d1[i][n] * x[COUNT + n];
      g[3 * i + 2] += d1[i][n];
    }
  return loss / COUNT + PENALTY * squares;
}

AFFINE(affine, 8, 1)
BACK(back, 8, 1)
OUTER(outer, BY_REGISTERS(2, 4), BY_REGISTERS(4, 2))
OUTER(outer_of_inputs, 4, 2)
OUTER(outer_of_score, 1, 4)

/* Vectors and tiles of registers; examples and labels are filled up with zeros to 104. */
double moons_tuned(const double *restrict p, const lanes *restrict x, const lanes *restrict y,
                   double *restrict g) {
  static lanes h1[WIDE * VECTORS], h2[WIDE * VECTORS], d1[WIDE * VECTORS], d2[WIDE * VECTORS];
  static lanes d[VECTORS], sums[ALL];
  const double *w3 = p + THIRD;
  lanes loss = all(0), squares = all(0);
  memset(sums, 0, sizeof sums);
  affine(WIDE, 2, VECTORS, p + FIRST, x, h1);
  for (int n = 0; n < WIDE * VECTORS; n++) h1[n] = kept(h1[n] > 0, h1[n]);
  affine(WIDE, WIDE, VECTORS, p + SECOND, h1, h2);
  for (int n = 0; n < VECTORS; n++) {
    lanes score[2] = {all(w3[16]), all(0)};
    for (int j = 0; j < WIDE; j++) {
      lanes h = h2[j * VECTORS + n];
      h2[j * VECTORS + n] = h = kept(h > 0, h);
      score[j & 1] += w3[j] * h;
    }
    lanes margin = kept(y[n] != 0, 1 - y[n] * (score[0] + score[1]));
    loss += kept(margin > 0, margin);
    d[n] = kept(margin > 0, y[n] * (-1.0 / COUNT));
    for (int j = 0; j < WIDE; j++) d2[j * VECTORS + n] = kept(h2[j * VECTORS + n] > 0, w3[j] * d[n]);
  }
  outer_of_score(1, WIDE, VECTORS, d, h2, sums + THIRD);
  outer(WIDE, WIDE, VECTORS, d2, h1, sums + SECOND);
  back(WIDE, WIDE, VECTORS, p + SECOND, d2, h1, d1);
  outer_of_inputs(WIDE, 2, VECTORS, d1, x, sums + FIRST);
  for (int i = 0; i < ALL - 1; i += LANES) {
    lanes w;
    memcpy(&w, p + i, sizeof w);
    squares += w * w;
  }
  for (int i = 0; i < ALL; i++) g[i] = total(sums[i]) + 2 * PENALTY * p[i];
  return total(loss) / COUNT + PENALTY * (total(squares) + p[ALL - 1] * p[ALL - 1]);
}
