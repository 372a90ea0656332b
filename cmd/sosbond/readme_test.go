package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestQuestionsInReadme: the questions that README shows are those that the tests of the database ask.
func TestQuestionsInReadme(t *testing.T) {
	readme, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	check(t, err)
	questions, err := os.ReadFile(filepath.Join("..", "..", "report", "store", "testdata", "questions.sql"))
	check(t, err)
	if n := strings.Count(string(questions), ";\n"); n < 10 {
		t.Errorf("%d questions", n)
	}
	if !strings.Contains(string(readme), strings.TrimSpace(string(questions))) {
		t.Error("README shows other questions than report/store/testdata/questions.sql")
	}
}
