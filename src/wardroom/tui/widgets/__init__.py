"""What screens are put together from; a widget knows neither the app nor the forum."""
