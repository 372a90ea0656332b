package topology

// index finds the elements of a list by what they are called, so that a host with thousands of them does not take the square of their number. It
// follows the list as that grows, and is made anew where the list was.
type index[K comparable, T any] struct {
	at   map[K][]*T // in their order
	seen int        // elements that are in it
	last *T         // of them
}

// place is what an interface is called: its namespace and its name.
type place struct{ ns, name string }

// all returns the elements with a key.
func (x *index[K, T]) all(list []*T, key K, keyOf func(*T) K) []*T {
	if x.seen > len(list) || x.seen > 0 && list[x.seen-1] != x.last {
		*x = index[K, T]{}
	}
	if x.at == nil {
		x.at = make(map[K][]*T, len(list))
	}
	for ; x.seen < len(list); x.seen++ {
		x.last = list[x.seen]
		k := keyOf(x.last)
		x.at[k] = append(x.at[k], x.last)
	}
	return x.at[key]
}

// first returns the first element with a key, nil when there is none.
func (x *index[K, T]) first(list []*T, key K, keyOf func(*T) K) *T {
	if found := x.all(list, key, keyOf); len(found) > 0 {
		return found[0]
	}
	return nil
}
