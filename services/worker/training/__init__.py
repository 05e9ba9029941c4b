"""Training of classifiers: the only part beside the engines that imports TensorFlow."""
