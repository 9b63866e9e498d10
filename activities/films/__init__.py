"""视频短片 (annex 1, item 6: 适时制作视频短片): a film of one to three minutes that the worker
makes from what the station keeps anyway. It is offered, never asked for."""
