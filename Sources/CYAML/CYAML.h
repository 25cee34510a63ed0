// libyaml as the system ships it (0.2.5; Debian: libyaml-dev). Swift can call all of it that we need, so nothing stands
// here but the include; no symbol of our own is added.
#include <yaml.h>
