package main

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sosbond/sosbond/analyzer/rules"
)

func (a *app) explain() *cobra.Command {
	return &cobra.Command{
		Use:   "explain RULE...",
		Short: "Print the page of a rule: what it means, why it happens, how to fix and verify it",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return fmt.Errorf("explain: no rule given; `sosbond rules` lists them")
			}
			return nil
		},
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			var ids []string
			for _, r := range rules.All() {
				ids = append(ids, r.ID)
			}
			return ids, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(_ *cobra.Command, args []string) error {
			var pages []string
			for _, id := range args {
				page, ok := rules.Pages().Explain(id)
				if !ok {
					return fmt.Errorf("explain: there is no rule %q; `sosbond rules` lists them", id)
				}
				pages = append(pages, page)
			}
			return a.print(strings.Join(pages, "\n"))
		},
	}
}

func (a *app) print(s string) error {
	_, err := fmt.Fprint(a.stdout, s)
	return err
}

func (a *app) rules() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "rules",
		Short: "List the rules",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if asJSON {
				return a.rulesJSON()
			}
			var b strings.Builder
			for _, r := range rules.All() {
				page, _ := rules.Pages().Page(r.ID)
				fmt.Fprintf(&b, "%-6s %-8s %-13s %s\n", r.ID, r.Severity, r.Family, page.Name)
			}
			return a.print(b.String())
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "as JSON")
	return cmd
}

func (a *app) rulesJSON() error {
	type row struct {
		ID       string `json:"id"`
		Severity string `json:"severity"`
		Family   string `json:"family"`
		Name     string `json:"name"`
	}
	rows := []row{}
	for _, r := range rules.All() {
		page, _ := rules.Pages().Page(r.ID)
		rows = append(rows, row{r.ID, string(r.Severity), string(r.Family), page.Name})
	}
	enc := json.NewEncoder(a.stdout)
	enc.SetIndent("", "  ")
	return enc.Encode(rows)
}
