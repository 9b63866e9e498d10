"""预测: what the applications under way will come to by the programme's end, and what stands
between the other stations and an application. The exact rules are in docs/progress.md."""
