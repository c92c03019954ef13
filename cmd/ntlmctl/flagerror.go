package main

import (
	"errors"
	"strconv"
	"strings"

	"github.com/spf13/pflag"
)

// flagError is what is wrong with a flag, in pflag's words but for those that are
// strconv's.
func flagError(err error) string {
	var invalid *pflag.InvalidValueError
	var number *strconv.NumError
	if !errors.As(err, &invalid) || !errors.As(err, &number) {
		return err.Error()
	}
	reason := "not a number"
	switch {
	case errors.Is(number, strconv.ErrRange):
		reason = "out of range"
	case invalid.GetFlag().Value.Type() == "bool":
		reason = "neither true nor false"
	case strings.Contains(invalid.GetFlag().Value.Type(), "int"):
		reason = "not a whole number"
	}
	return strings.TrimSuffix(err.Error(), number.Error()) + reason
}
