// The inner loops, compiled once for each kind of processor. A file that includes this one first defines TARGET and LANES (see
// Vectors.h) and
//     ROWS, PIECES                    output channels (4 or 8) and vectors of pixels whose sums are in registers at a time,
//     PACKS                           1 to copy what the taps read for all outputs, which pays where the second-level cache is small,
//     GRADIENT_ROWS, GRADIENT_TAPS    output channels and taps whose gradients are in registers at a time,
//     INSTALL                         the name of the function that makes these loops the ones in use;
// and, where the compiler needs help,
//     ADD_FLOAT_PRODUCTS              adds a weight times PIECES vectors to sums,
//     ADD_LOADED_PRODUCTS             adds a vector times GRADIENT_TAPS vectors to sums.

// Each may use what comes before it.
#include "Vectors.h"
#include "Fours.h"
#include "ElementLoops.h"
#include "BlurLoops.h"
#include "SamplingLoops.h"
#include "ConvolutionLoops.h"
#include "PanelLoops.h"
#include "WinogradLoops.h"
#include "PolyphaseLoops.h"

void INSTALL(void) {
#define KERNEL(result, name, parameters) kernel_##name = name;
#include "include/KernelTable.h"
#undef KERNEL
    kernel_panel = PANEL;
}
