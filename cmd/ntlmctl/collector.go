package main

import "runtime/debug"

// collectLess makes the garbage collector run less often, for commands whose heap
// is small and whose garbage is much: it costs some megabytes, wakes the other cores
// less, and saves up to a third of the time.
func collectLess() { debug.SetGCPercent(400) }
