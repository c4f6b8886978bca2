#pragma once
#include <cblas.h>

// OpenBLAS holds LAPACK too, whose header is a package of its own: eigenvalues, and vectors where asked for,
// of a symmetric matrix.
void dsyevd_(
    const char *vectors, const char *half, const blasint *size, double *matrix, const blasint *stride, double *values,
    double *work, const blasint *works, blasint *integers, const blasint *integerCount, blasint *problem);
