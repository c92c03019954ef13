//go:build !linux

package main

import (
	"context"
	"errors"
	"io"
)

func serveSlow(context.Context, string, *slow, io.Writer) error {
	return errors.New("slow needs Linux, whose kernel says when a request came")
}
