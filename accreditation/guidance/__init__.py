"""指导记录: written by the county or the city at a station, shown to it, its points mended."""
