/* Vectors of the processor, and products of a small matrix with many examples, in registers.

   With AVX-512 there are 32 registers of eight doubles, else 16 of four: wider vectors than there are
   would be split in memory, and larger tiles than fit be kept there. BY_REGISTERS(many, few) is the
   better of two sizes. Arrays are [row][vector], with `vectors` vectors of examples in a row. A matrix has its rows one
   after another, each with its bias last. Macros make one function for each size of tile. */
#ifdef __AVX512F__
enum { LANES = 8 };
#define BY_REGISTERS(MANY, FEW) MANY
#else
enum { LANES = 4 };
#define BY_REGISTERS(MANY, FEW) FEW
#endif
typedef double lanes __attribute__((vector_size(8 * LANES)));
typedef long long mask __attribute__((vector_size(8 * LANES)));

#define INLINE static inline __attribute__((always_inline))

INLINE lanes kept(mask where, lanes a) { return (lanes)((mask)a & where); }
INLINE lanes all(double number) { return number + (lanes){0}; }
INLINE double total(lanes a) {
  double sum = 0;
  for (int k = 0; k < LANES; k++) sum += a[k];
  return sum;
}

/* out = w in + bias, TILE rows by WIDE vectors at a time */
#define AFFINE(NAME, TILE, WIDE)                                                                 \
  INLINE void NAME(int rows, int columns, int vectors, const double *w, const lanes *in,         \
                   lanes *out) {                                                                 \
    for (int i = 0; i < rows; i += TILE)                                                         \
      for (int n = 0; n < vectors; n += WIDE) {                                                  \
        lanes sum[TILE][WIDE];                                                                   \
        for (int k = 0; k < TILE; k++)                                                           \
          for (int l = 0; l < WIDE; l++) sum[k][l] = all(w[(i + k) * (columns + 1) + columns]);  \
        for (int j = 0; j < columns; j++)                                                        \
          for (int k = 0; k < TILE; k++)                                                         \
            for (int l = 0; l < WIDE; l++)                                                       \
              sum[k][l] += w[(i + k) * (columns + 1) + j] * in[j * vectors + n + l];             \
        for (int k = 0; k < TILE; k++)                                                           \
          for (int l = 0; l < WIDE; l++) out[(i + k) * vectors + n + l] = sum[k][l];             \
      }                                                                                          \
  }

/* out = transposed w times d, without the bias, where h is positive; TILE columns at a time */
#define BACK(NAME, TILE, WIDE)                                                                   \
  INLINE void NAME(int rows, int columns, int vectors, const double *w, const lanes *d,          \
                   const lanes *h, lanes *out) {                                                 \
    for (int j = 0; j < columns; j += TILE)                                                      \
      for (int n = 0; n < vectors; n += WIDE) {                                                  \
        lanes sum[TILE][WIDE];                                                                   \
        for (int k = 0; k < TILE; k++)                                                           \
          for (int l = 0; l < WIDE; l++) sum[k][l] = all(0);                                     \
        for (int i = 0; i < rows; i++)                                                           \
          for (int k = 0; k < TILE; k++)                                                         \
            for (int l = 0; l < WIDE; l++)                                                       \
              sum[k][l] += w[i * (columns + 1) + j + k] * d[i * vectors + n + l];                \
        for (int k = 0; k < TILE; k++)                                                           \
          for (int l = 0; l < WIDE; l++) {                                                       \
            int at = (j + k) * vectors + n + l;                                                  \
            out[at] = kept(h[at] > 0, sum[k][l]);                                                \
          }                                                                                      \
      }                                                                                          \
  }

/* sums += d times transposed x, and the sums of d for the biases; TILE rows by COLUMNS at a time */
#define OUTER(NAME, TILE, COLUMNS)                                                               \
  INLINE void NAME(int rows, int columns, int vectors, const lanes *d, const lanes *x,           \
                   lanes *sums) {                                                                \
    for (int i = 0; i < rows; i += TILE) {                                                       \
      lanes *row = sums + i * (columns + 1);                                                     \
      for (int j = 0; j < columns; j += COLUMNS) {                                               \
        lanes sum[TILE][COLUMNS];                                                                \
        for (int k = 0; k < TILE; k++)                                                           \
          for (int l = 0; l < COLUMNS; l++) sum[k][l] = row[k * (columns + 1) + j + l];          \
        for (int n = 0; n < vectors; n++)                                                        \
          for (int k = 0; k < TILE; k++)                                                         \
            for (int l = 0; l < COLUMNS; l++)                                                    \
              sum[k][l] += d[(i + k) * vectors + n] * x[(j + l) * vectors + n];                  \
        for (int k = 0; k < TILE; k++)                                                           \
          for (int l = 0; l < COLUMNS; l++) row[k * (columns + 1) + j + l] = sum[k][l];          \
      }                                                                                          \
      for (int k = 0; k < TILE; k++)                                                             \
        for (int n = 0; n < vectors; n++)                                                        \
          row[k * (columns + 1) + columns] += d[(i + k) * vectors + n];                          \
    }                                                                                            \
  }
