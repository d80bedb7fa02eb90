"""The cities and counties of the province on its portal: where each lies, what it offers now, how it is reached."""
