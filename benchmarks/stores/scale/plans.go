package main

import (
	"context"
	"database/sql"
	"fmt"
	"regexp"
	"strings"
)

// plan is how the database answers a statement.
type plan struct {
	kinds []string // of scopes, whose feeds are answered in this way
	text  string   // of the statement
	lines []string // of the plan
}

// Plans that differ only in these are the same plan.
var (
	constants = regexp.MustCompile(`'[^']*'`)
	measures  = regexp.MustCompile(`\d+|never executed`)
	aside     = regexp.MustCompile(`(?m)^.*(Sort Method|Buckets|Heap Blocks|Rows Removed).*\n?`)
	manifold  = regexp.MustCompile(`\{\d+(,\d+){9,}\}`)
)

// explained returns the plans of the statements, each once, whatever it is asked for and finds.
func (b *backend) explained(ctx context.Context, db *sql.DB, kinds []kind) (plans []plan, err error) {
	seen := map[string]int{}
	for _, k := range kinds {
		for _, q := range k.questions {
			lines, err := b.explainOne(ctx, db, q)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", q.text, err)
			}
			shape := q.text[:40] + constants.ReplaceAllString(strings.Join(lines, "\n"), "")
			shape = measures.ReplaceAllString(aside.ReplaceAllString(shape, ""), "")
			at, found := seen[shape]
			if !found {
				at = len(plans)
				seen[shape] = at
				plans = append(plans, plan{text: q.text, lines: lines})
			}
			if all := plans[at].kinds; len(all) == 0 || all[len(all)-1] != k.name {
				plans[at].kinds = append(all, k.name)
			}
		}
	}
	return plans, nil
}

// explainOne returns the plan of a statement, a line for each step.
func (b *backend) explainOne(ctx context.Context, db *sql.DB, q question) (lines []string, err error) {
	rows, err := db.QueryContext(ctx, b.explain+q.text, q.params...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	depth := map[int64]int{}
	for rows.Next() {
		var line string
		if len(columns) == 1 {
			err = rows.Scan(&line)
		} else { // SQLite's: a tree
			var id, parent, unused int64
			err = rows.Scan(&id, &parent, &unused, &line)
			depth[id] = depth[parent] + 1
			line = strings.Repeat("  ", depth[id]-1) + line
		}
		if err != nil {
			return nil, err
		}
		lines = append(lines, manifold.ReplaceAllString(line, "{…}"))
	}
	return lines, rows.Err()
}
