/* One block of a transformer for one sequence, forward and backward: tests/oracles/transformer.py.

   Parameters are the matrices token, position, query, key, value, mix, widen, narrow, next. */
#include <math.h>
#include <string.h>

enum { PLACES = 8, WIDTH = 16, HEADS = 4, SIZE = 4, TOKENS = 27, HIDDEN = 64,
       TOKEN = 0, POSITION = TOKENS * WIDTH, QUERY = POSITION + PLACES * WIDTH,
       KEY = QUERY + WIDTH * WIDTH, VALUE = KEY + WIDTH * WIDTH, MIX = VALUE + WIDTH * WIDTH,
       WIDEN = MIX + WIDTH * WIDTH, NARROW = WIDEN + HIDDEN * WIDTH, NEXT = NARROW + WIDTH * HIDDEN,
       ALL = NEXT + TOKENS * WIDTH };

typedef double rows[PLACES][WIDTH];

/* y = x times transposed w */
static void linear(int out, int in, const double *restrict w, const double *restrict x,
                   double *restrict y) {
  for (int t = 0; t < PLACES; t++)
    for (int o = 0; o < out; o++) {
      double sum = 0;
      for (int d = 0; d < in; d++) sum += w[o * in + d] * x[t * in + d];
      y[t * out + o] = sum;
    }
}

/* dx and dw get what arrives from dy */
static void linear_back(int out, int in, const double *restrict w, const double *restrict x,
                        const double *restrict dy, double *restrict dx, double *restrict dw) {
  for (int t = 0; t < PLACES; t++)
    for (int o = 0; o < out; o++) {
      double slope = dy[t * out + o];
      for (int d = 0; d < in; d++) {
        dx[t * in + d] += slope * w[o * in + d];
        dw[o * in + d] += slope * x[t * in + d];
      }
    }
}

/* y = x divided by the root of the mean of its squares; scale is what it is multiplied by */
static void normalise(rows x, rows y, double *scale) {
  for (int t = 0; t < PLACES; t++) {
    double sum = 0;
    for (int d = 0; d < WIDTH; d++) sum += x[t][d] * x[t][d];
    scale[t] = 1 / sqrt(sum / WIDTH + 1e-5);
    for (int d = 0; d < WIDTH; d++) y[t][d] = x[t][d] * scale[t];
  }
}

static void normalise_back(rows x, const double *scale, rows dy, rows dx) {
  for (int t = 0; t < PLACES; t++) {
    double sum = 0, s = scale[t];
    for (int d = 0; d < WIDTH; d++) sum += dy[t][d] * x[t][d];
    for (int d = 0; d < WIDTH; d++) dx[t][d] += dy[t][d] * s - sum * s * s * s / WIDTH * x[t][d];
  }
}

/* x becomes its softmax; gives the largest number plus the logarithm of the sum of powers */
static double softmax(int count, double *x) {
  double largest = x[0], sum = 0;
  for (int i = 1; i < count; i++) largest = x[i] > largest ? x[i] : largest;
  for (int i = 0; i < count; i++) sum += x[i] = exp(x[i] - largest);
  for (int i = 0; i < count; i++) x[i] /= sum;
  return largest + log(sum);
}

static void attend(rows q, rows k, rows v, double shares[HEADS][PLACES][PLACES], rows found) {
  for (int h = 0; h < HEADS; h++)
    for (int t = 0; t < PLACES; t++) {
      double *share = shares[h][t];
      for (int i = 0; i <= t; i++) {
        double sum = 0;
        for (int d = h * SIZE; d < (h + 1) * SIZE; d++) sum += q[t][d] * k[i][d];
        share[i] = sum / sqrt(SIZE);
      }
      softmax(t + 1, share);
      for (int d = h * SIZE; d < (h + 1) * SIZE; d++) {
        double sum = 0;
        for (int i = 0; i <= t; i++) sum += share[i] * v[i][d];
        found[t][d] = sum;
      }
    }
}

static void attend_back(rows q, rows k, rows v, double shares[HEADS][PLACES][PLACES], rows dfound,
                        rows dq, rows dk, rows dv) {
  for (int h = 0; h < HEADS; h++)
    for (int t = 0; t < PLACES; t++) {
      double *share = shares[h][t], slopes[PLACES], mean = 0;
      for (int i = 0; i <= t; i++) {
        double sum = 0;
        for (int d = h * SIZE; d < (h + 1) * SIZE; d++) {
          sum += dfound[t][d] * v[i][d];
          dv[i][d] += dfound[t][d] * share[i];
        }
        slopes[i] = sum;
        mean += sum * share[i];
      }
      for (int i = 0; i <= t; i++) {
        double slope = (slopes[i] - mean) * share[i] / sqrt(SIZE);
        for (int d = h * SIZE; d < (h + 1) * SIZE; d++) {
          dq[t][d] += slope * k[i][d];
          dk[i][d] += slope * q[t][d];
        }
      }
    }
}

double transformer_plain(const double *restrict p, const long long *restrict tokens,
                         double *restrict g) {
  rows x0, x1, n1, q, k, v, found, x2, n2, x3;
  double u[PLACES][HIDDEN], squares[PLACES][HIDDEN], z[PLACES][TOKENS], loss = 0;
  double shares[HEADS][PLACES][PLACES], s0[PLACES], s1[PLACES], s2[PLACES];
  for (int t = 0; t < PLACES; t++)
    for (int d = 0; d < WIDTH; d++)
      x0[t][d] = p[TOKEN + tokens[t] * WIDTH + d] + p[POSITION + t * WIDTH + d];
  normalise(x0, x1, s0);
  normalise(x1, n1, s1);
  linear(WIDTH, WIDTH, p + QUERY, *n1, *q);
  linear(WIDTH, WIDTH, p + KEY, *n1, *k);
  linear(WIDTH, WIDTH, p + VALUE, *n1, *v);
  attend(q, k, v, shares, found);
  linear(WIDTH, WIDTH, p + MIX, *found, *x2);
  for (int t = 0; t < PLACES; t++)
    for (int d = 0; d < WIDTH; d++) x2[t][d] += x1[t][d];
  normalise(x2, n2, s2);
  linear(HIDDEN, WIDTH, p + WIDEN, *n2, *u);
  for (int t = 0; t < PLACES; t++)
    for (int f = 0; f < HIDDEN; f++) {
      u[t][f] = u[t][f] > 0 ? u[t][f] : 0;
      squares[t][f] = u[t][f] * u[t][f];
    }
  linear(WIDTH, HIDDEN, p + NARROW, *squares, *x3);
  for (int t = 0; t < PLACES; t++)
    for (int d = 0; d < WIDTH; d++) x3[t][d] += x2[t][d];
  linear(TOKENS, WIDTH, p + NEXT, *x3, *z);
  for (int t = 0; t < PLACES; t++) {
    double right = z[t][tokens[t + 1]];
    loss += softmax(TOKENS, z[t]) - right;
    z[t][tokens[t + 1]] -= 1;
    for (int o = 0; o < TOKENS; o++) z[t][o] /= PLACES;
  }

  rows d0 = {{0}}, d1, dn1 = {{0}}, dq = {{0}}, dk = {{0}}, dv = {{0}}, dfound = {{0}}, d2;
  rows dn2 = {{0}}, d3 = {{0}};
  double du[PLACES][HIDDEN] = {{0}};
  memset(g, 0, ALL * sizeof *g);
  linear_back(TOKENS, WIDTH, p + NEXT, *x3, *z, *d3, g + NEXT);
  linear_back(WIDTH, HIDDEN, p + NARROW, *squares, *d3, *du, g + NARROW);
  for (int t = 0; t < PLACES; t++)
    for (int f = 0; f < HIDDEN; f++) du[t][f] *= 2 * u[t][f];
  linear_back(HIDDEN, WIDTH, p + WIDEN, *n2, *du, *dn2, g + WIDEN);
  memcpy(d2, d3, sizeof d2);
  normalise_back(x2, s2, dn2, d2);
  linear_back(WIDTH, WIDTH, p + MIX, *found, *d2, *dfound, g + MIX);
  memcpy(d1, d2, sizeof d1);
  attend_back(q, k, v, shares, dfound, dq, dk, dv);
  linear_back(WIDTH, WIDTH, p + QUERY, *n1, *dq, *dn1, g + QUERY);
  linear_back(WIDTH, WIDTH, p + KEY, *n1, *dk, *dn1, g + KEY);
  linear_back(WIDTH, WIDTH, p + VALUE, *n1, *dv, *dn1, g + VALUE);
  normalise_back(x1, s1, dn1, d1);
  normalise_back(x0, s0, d1, d0);
  for (int t = 0; t < PLACES; t++)
    for (int d = 0; d < WIDTH; d++) {
      g[TOKEN + tokens[t] * WIDTH + d] += d0[t][d];
      g[POSITION + t * WIDTH + d] += d0[t][d];
    }
  return loss / PLACES;
}

/* The mean over many sequences, one after another. */
double sequences_plain(const double *restrict p, const long long *restrict tokens,
                       double *restrict g) {
  double each[ALL], loss = 0;
  memset(g, 0, ALL * sizeof *g);
  for (int n = 0; n < SEQUENCES; n++) {
    loss += transformer_plain(p, tokens + n * (PLACES + 1), each) / SEQUENCES;
    for (int i = 0; i < ALL; i++) g[i] += each[i] / SEQUENCES;
  }
  return loss;
}
