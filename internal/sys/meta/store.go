// Package meta keeps the small tagged values of the META partition.
//
// META holds what must be known before the machine config can be read or what
// must survive its loss: a staged upgrade, the encryption of STATE, network
// configuration of the platform. The format is two 256 KiB blocks with a
// checksum each; see WriteArea for why a power cut never leaves both invalid.
//
// Store is the one owner of the values at run time. It works in memory before
// there is a partition (maintenance mode on an empty disk) and carries what was
// written then onto the partition when installation has made one.
package meta

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"sync"
)

// ErrNoPartition is returned by Flush while no META partition is known.
var ErrNoPartition = errors.New("there is no META partition yet: values are kept in memory until installation")

// Opener opens the META partition for reading and writing and tells its size.
type Opener func() (f Device, size int64, close func() error, err error)

// File opens a partition or image by path.
func File(path string) Opener {
	return func() (Device, int64, func() error, error) {
		f, err := os.OpenFile(path, os.O_RDWR, 0)
		if err != nil {
			return nil, 0, nil, err
		}

		size, err := f.Seek(0, 2)
		if err != nil {
			return nil, 0, nil, errors.Join(err, f.Close())
		}

		if size < Size {
			return nil, 0, nil, errors.Join(fmt.Errorf("%s has %d bytes, META needs %d", path, size, Size), f.Close())
		}

		return f, size, f.Close, nil
	}
}

// Store is safe for concurrent use.
type Store struct {
	mu     sync.Mutex
	open   Opener
	values map[Tag][]byte
	// changed holds the tags written or deleted since the last flush. They win
	// over what a partition attached later holds.
	changed map[Tag]bool
	notify  []chan<- struct{}
}

// NewStore returns a store that lives in memory until Attach.
func NewStore() *Store {
	return &Store{values: map[Tag][]byte{}, changed: map[Tag]bool{}}
}

// Attach reads the partition, keeps values changed in memory since, and writes
// them down. A damaged partition is reported and then treated as empty, because
// refusing to boot would not bring the values back.
func (s *Store) Attach(open Opener) error {
	s.mu.Lock()
	defer s.mu.Unlock()

	stored, damage, err := load(open)
	if err != nil {
		return err
	}

	for tag := range s.changed {
		if v, ok := s.values[tag]; ok {
			stored[tag] = v
		} else {
			delete(stored, tag)
		}
	}

	s.open, s.values = open, stored
	s.signal()

	if len(s.changed) > 0 {
		damage = errors.Join(damage, s.flush())
	}

	return damage
}

// Detach forgets the partition, for instance because it is about to be wiped.
// The values stay readable.
func (s *Store) Detach() {
	s.mu.Lock()
	defer s.mu.Unlock()

	s.open = nil
}

func load(open Opener) (values map[Tag][]byte, damage, err error) {
	dev, size, closeDev, err := open()
	if err != nil {
		return nil, nil, fmt.Errorf("open META: %w", err)
	}

	values, damage = ReadArea(dev, size)
	err = closeDev()

	if values == nil {
		return nil, nil, errors.Join(damage, err)
	}

	return values, damage, err
}

// Attached reports whether a partition is behind the store.
func (s *Store) Attached() bool {
	s.mu.Lock()
	defer s.mu.Unlock()

	return s.open != nil
}

// Read returns the value of tag.
func (s *Store) Read(tag Tag) (value []byte, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()

	value, ok = s.values[tag]

	return slices.Clone(value), ok
}

// All returns a copy of everything.
func (s *Store) All() map[Tag][]byte {
	s.mu.Lock()
	defer s.mu.Unlock()

	return maps.Clone(s.values)
}

// Write sets tag in memory; Flush makes it durable. It fails with ErrTooLarge
// without changing anything when the values would no longer fit.
func (s *Store) Write(tag Tag, value []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()

	next := cloneValues(s.values)
	next[tag] = slices.Clone(value)

	size := 0
	for _, v := range next {
		size += recordHead + len(v)
	}

	if size > recordsRoom {
		return ErrTooLarge
	}

	if old, ok := s.values[tag]; ok && bytes.Equal(old, value) {
		return nil
	}

	s.values = next
	s.changed[tag] = true
	s.signal()

	return nil
}

// Delete removes tag in memory and reports whether it was there.
func (s *Store) Delete(tag Tag) bool {
	s.mu.Lock()
	defer s.mu.Unlock()

	if _, ok := s.values[tag]; !ok {
		return false
	}

	s.values = cloneValues(s.values)
	delete(s.values, tag)
	s.changed[tag] = true
	s.signal()

	return true
}

// Flush writes what changed to the partition. Without one it returns
// ErrNoPartition and keeps the changes for Attach.
func (s *Store) Flush() error {
	s.mu.Lock()
	defer s.mu.Unlock()

	return s.flush()
}

func (s *Store) flush() error {
	if len(s.changed) == 0 {
		return nil
	}

	if s.open == nil {
		return ErrNoPartition
	}

	dev, size, closeDev, err := s.open()
	if err != nil {
		return fmt.Errorf("open META: %w", err)
	}

	if err := errors.Join(WriteArea(dev, size, s.values), closeDev()); err != nil {
		return err
	}

	clear(s.changed)

	return nil
}

// Notify sends to ch, without blocking, whenever a value may have changed.
// ch should have room for one.
func (s *Store) Notify(ch chan<- struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()

	s.notify = append(s.notify, ch)
}

func (s *Store) signal() {
	for _, ch := range s.notify {
		select {
		case ch <- struct{}{}:
		default:
		}
	}
}
