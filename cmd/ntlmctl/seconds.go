package main

import (
	"errors"
	"strconv"
	"time"
)

// seconds is a flag's span of time: seconds as curl has them (10, 2.5), or with
// a unit as Go has it (90s, 2m).
type seconds time.Duration

// Set reads the flag's value.
func (s *seconds) Set(text string) error {
	d, err := time.ParseDuration(text)
	if n, bare := strconv.ParseFloat(text, 64); bare == nil {
		d, err = time.Duration(n*float64(time.Second)), nil
	}
	if err != nil || d < 0 || d > 1000*time.Hour {
		return errors.New("neither seconds nor a time such as 90s or 2m")
	}
	*s = seconds(d)
	return nil
}

// String is the value as a default is shown; empty for none.
func (s *seconds) String() string {
	if *s == 0 {
		return ""
	}
	return time.Duration(*s).String()
}

// Type names the kind of value in help.
func (s *seconds) Type() string { return "seconds" }
