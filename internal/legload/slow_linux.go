package main

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"runtime"
	"slices"
	"syscall"
	"time"
)

// slowLoop is the server's one thread. Its answers are due a fixed time after the
// kernel had the request, so that it does not matter when the thread came to
// read it; and without Go's scheduler and timers between, they are given on time.
type slowLoop struct {
	*slow
	epoll, listener int
	heads           map[int][]byte // of requests that are not all there yet, by descriptor
	due             []answer       // the first is the next
	in, oob         []byte
}

type answer struct {
	at   time.Time
	to   int
	text []byte
}

// serveSlow serves until the context ends or the loop fails, and writes its
// address first.
func serveSlow(ctx context.Context, address string, s *slow, out io.Writer) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	listener, err := net.Listen("tcp4", address)
	if err != nil {
		return err
	}
	defer listener.Close()
	file, err := listener.(*net.TCPListener).File()
	if err != nil {
		return err
	}
	defer file.Close()
	s.canned = map[string][]byte{}
	l := &slowLoop{slow: s, listener: int(file.Fd()), heads: map[int][]byte{}, in: make([]byte, 4<<10), oob: make([]byte, 64)}
	if l.epoll, err = syscall.EpollCreate1(syscall.EPOLL_CLOEXEC); err != nil {
		return err
	}
	defer syscall.Close(l.epoll)
	if err := syscall.SetNonblock(l.listener, true); err != nil {
		return err
	}
	if err := l.watch(l.listener); err != nil {
		return err
	}
	fmt.Fprintln(out, listener.Addr())
	for ctx.Err() == nil {
		if err := l.turn(); err != nil {
			return err
		}
	}
	for fd := range l.heads {
		_ = syscall.Close(fd)
	}
	return context.Cause(ctx)
}

// pause is how long the loop waits at most before it looks at its context.
const pause = 100 * time.Millisecond

// turn gives what is due, and hears what came meanwhile.
func (l *slowLoop) turn() error {
	wait := pause
	if len(l.due) > 0 {
		wait = max(0, time.Until(l.due[0].at))
	}
	if wait > 0 && wait < time.Millisecond {
		// Finer than epoll's timeout. A signal may end it early.
		ts := syscall.NsecToTimespec(int64(wait))
		_ = syscall.Nanosleep(&ts, nil)
		wait = 0
	}
	l.give()
	var events [64]syscall.EpollEvent
	n, err := syscall.EpollWait(l.epoll, events[:], int(wait/time.Millisecond))
	if err != nil && err != syscall.EINTR { //nolint:errorlint // an errno as it is
		return fmt.Errorf("epoll: %w", err)
	}
	for _, e := range events[:max(n, 0)] {
		if int(e.Fd) == l.listener {
			err = l.accept()
		} else {
			err = l.hear(int(e.Fd))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (l *slowLoop) give() {
	for len(l.due) > 0 {
		a := l.due[0]
		late := time.Since(a.at)
		if late < 0 {
			return
		}
		l.due = l.due[1:]
		l.late += late
		l.answers++
		_, _ = syscall.Write(a.to, a.text) // a client that went away
	}
}

func (l *slowLoop) watch(fd int) error {
	return syscall.EpollCtl(l.epoll, syscall.EPOLL_CTL_ADD, fd, &syscall.EpollEvent{Events: syscall.EPOLLIN, Fd: int32(fd)}) //nolint:gosec // descriptors are small
}

func (l *slowLoop) accept() error {
	for {
		fd, _, err := syscall.Accept4(l.listener, syscall.SOCK_NONBLOCK|syscall.SOCK_CLOEXEC)
		if err == syscall.EAGAIN {
			return nil
		}
		if err != nil {
			return fmt.Errorf("accept: %w", err)
		}
		if err := syscall.SetsockoptInt(fd, syscall.SOL_SOCKET, syscall.SO_TIMESTAMPNS, 1); err != nil {
			return fmt.Errorf("asking for the times of arrival: %w", err)
		}
		if err := l.watch(fd); err != nil {
			return err
		}
		l.heads[fd] = nil
	}
}

// hear reads what a client sent, and puts the answer in its place in the queue:
// the last, unless a request that came earlier was read later.
func (l *slowLoop) hear(fd int) error {
	n, oobn, _, _, err := syscall.Recvmsg(fd, l.in, l.oob, 0)
	if err != nil || n <= 0 {
		delete(l.heads, fd)
		l.due = slices.DeleteFunc(l.due, func(a answer) bool { return a.to == fd })
		return syscall.Close(fd)
	}
	l.heads[fd] = append(l.heads[fd], l.in[:n]...)
	path, credentials, ok := headOf(l.heads[fd])
	if !ok {
		return nil
	}
	l.heads[fd] = l.heads[fd][:0]
	if path == latePath {
		text := fmt.Sprintf("%.0f\n", float64(l.late.Microseconds())/float64(max(l.answers, 1)))
		_, _ = syscall.Write(fd, fmt.Appendf(nil, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(text), text)) // as above
		return nil
	}
	a := answer{at: arrival(l.oob[:oobn]).Add(l.latency), to: fd, text: l.answer(credentials)}
	i := len(l.due)
	for i > 0 && l.due[i-1].at.After(a.at) {
		i--
	}
	l.due = slices.Insert(l.due, i, a)
	return nil
}

// arrival is when the kernel had the bytes that a control message came with.
func arrival(oob []byte) time.Time {
	messages, err := syscall.ParseSocketControlMessage(oob)
	for _, m := range messages {
		if err == nil && m.Header.Level == syscall.SOL_SOCKET && m.Header.Type == syscall.SCM_TIMESTAMPNS && len(m.Data) >= 16 {
			return time.Unix(int64(binary.NativeEndian.Uint64(m.Data)), int64(binary.NativeEndian.Uint64(m.Data[8:]))) //nolint:gosec // a time of day
		}
	}
	return time.Now()
}
