// Package cputime tells how much processor time this process has used, on all
// threads, so that work which can be done less often can keep within a budget.
package cputime
