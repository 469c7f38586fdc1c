"""Resources of workflows: S3 locations, buckets, images, names, functions, datasets."""
