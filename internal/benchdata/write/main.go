// Command write puts the inputs of the benchmarks into files, for
// scripts/bench-peers.sh: write tokens|packets COUNT FILE, write log BYTES FILE.
package main

import (
	"fmt"
	"log"
	"os"
	"strconv"

	"github.com/ntlmctl/ntlmctl/internal/benchdata"
)

func main() {
	log.SetFlags(0)
	if len(os.Args) != 4 {
		log.Fatal("usage: write tokens|packets COUNT FILE | write log BYTES FILE")
	}
	if err := write(os.Args[1], os.Args[2], os.Args[3]); err != nil {
		log.Fatal(err)
	}
}

func write(what, size, name string) error {
	n, err := strconv.Atoi(size)
	if err != nil {
		return err
	}
	switch what {
	case "tokens":
		return os.WriteFile(name, benchdata.Lines(nil, n), 0o644)
	case "packets":
		return os.WriteFile(name, benchdata.Packets(nil, n), 0o644)
	case "log":
		f, err := os.Create(name)
		if err != nil {
			return err
		}
		defer f.Close()
		if err := benchdata.WriteLog(f, int64(n)); err != nil {
			return err
		}
		return f.Close()
	}
	return fmt.Errorf("unknown input %q", what)
}
