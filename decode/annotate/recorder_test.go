package annotate

import (
	"math"
	"reflect"
	"testing"
)

func TestRecorder(t *testing.T) {
	record := func(r *Recorder) {
		r.Field("a", 0, 2, Uint(1), "first")
		r.Open("b", 2, 6, Value{}, "a structure")
		r.Part("c", 2, 2, Uint(2), "")
		r.Open("d", 4, 4, Value{}, "")
		r.Field("e", 4, 1, Bytes(), "")
		r.Close()
		r.Close()
		r.Find(Gap, 8, 1, "1 byte")
		r.Field("f", 9, 1, Bytes(), "")
	}
	r := Recorder{Annotate: true}
	record(&r)
	want := []Field{
		{Name: "a", Length: 2, Value: Uint(1), Meaning: "first"},
		{Name: "b", Offset: 2, Length: 6, Meaning: "a structure"},
		{Name: "c", Offset: 2, Length: 2, Depth: 1, Minor: true, Value: Uint(2)},
		{Name: "d", Offset: 4, Length: 4, Depth: 1},
		{Name: "e", Offset: 4, Length: 1, Depth: 2, Value: Bytes()},
		{Name: "f", Offset: 9, Length: 1, Value: Bytes()},
	}
	if !reflect.DeepEqual(r.Fields, want) {
		t.Errorf("fields\n got  %+v\n want %+v", r.Fields, want)
	}
	findings := []Finding{{Code: Gap, Offset: 8, Length: 1, Detail: "1 byte"}}
	if !reflect.DeepEqual(r.Findings, findings) {
		t.Errorf("findings %+v", r.Findings)
	}
	typed := Recorder{}
	record(&typed)
	if typed.Fields != nil || !reflect.DeepEqual(typed.Findings, findings) {
		t.Errorf("without annotation: %+v", typed)
	}
	if n := testing.AllocsPerRun(100, func() {
		r := Recorder{}
		r.Field("a", 0, 2, Uint(1), "first")
		r.Open("b", 2, 6, Value{}, "")
		r.Close()
	}); n != 0 {
		t.Errorf("%v allocations to record nothing", n)
	}
}

func TestClip(t *testing.T) {
	token := []byte("0123456789")
	for _, test := range []struct {
		offset, length int
		want           string
	}{
		{0, 10, "0123456789"}, {3, 2, "34"}, {8, 5, "89"}, {10, 1, ""}, {11, 1, ""}, {0, 0, ""}, {0, -1, ""}, {-1, 3, ""},
		{9, math.MaxInt, "9"}, {math.MaxInt, math.MaxInt, ""}, {math.MinInt, math.MaxInt, ""},
	} {
		got := Clip(token, test.offset, test.length)
		if string(got) != test.want || string(Field{Offset: test.offset, Length: test.length}.Span(token)) != test.want {
			t.Errorf("[%d, +%d]: %q, want %q", test.offset, test.length, got, test.want)
		}
		if cap(got) != len(got) {
			t.Errorf("[%d, +%d]: an append would write into the token", test.offset, test.length)
		}
	}
}
