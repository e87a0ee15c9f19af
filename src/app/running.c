/* The one running system of the process. */
#include "app/running.h"

struct running running;
